import { mkdirSync, writeFileSync } from 'node:fs';
import { exportModel } from '../electron/training/export.ts';
import type { NetworkSpec } from '../electron/training/network.ts';
import { initialWeights, parametersOf } from '../electron/training/parameters.ts';
import { planOf } from '../electron/training/plan.ts';

/** Writes resources/probe/probe.onnx: a small network with every operator of the bundled ones and fixed weights. */
const spec: NetworkSpec = { ...planOf('photomend').spec, baseChannels: 24, stages: 1 };
const weights = initialWeights(parametersOf(spec), 11);
// A silent last convolution, as training starts with, would hide every fault before it.
const tail = initialWeights(parametersOf({ ...spec, batchNorm: true }), 12).get('tail.weight');
if (tail !== undefined) weights.set('tail.weight', tail);
mkdirSync('resources/probe', { recursive: true });
writeFileSync('resources/probe/probe.onnx', exportModel(spec, weights, 'fp16'));
