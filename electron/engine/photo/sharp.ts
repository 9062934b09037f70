import { availableParallelism } from 'node:os';
import sharp from 'sharp';

/*
 * The only importer of sharp. libvips can open far more than photographs (SVG, PDF, matrices, its own dumps);
 * every loader but those of the six formats is blocked for the whole process. The gain-map loader stays blocked
 * too, so that an Ultra HDR JPEG opens as the ordinary JPEG that it also is.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
    'VipsForeignLoadNsgif',
  ],
});
// Photos are decoded once and kept by their owner: a second cache would only cost memory.
sharp.cache(false);
// Codecs are mostly sequential; more threads add buffers rather than speed.
sharp.concurrency(Math.min(4, availableParallelism()));

export { sharp };
