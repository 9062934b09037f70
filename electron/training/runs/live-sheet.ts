import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';
import { encodePng } from '../../engine/photo/encode-png.ts';
import { pasteInto } from '../../engine/pixels/crop.ts';
import { createPlanes, type Planes } from '../../engine/pixels/planes.ts';
import { createRandom } from '../../engine/pixels/random.ts';
import type { LibraryPhoto } from '../dataset/library.ts';
import type { Sample } from '../dataset/recipe.ts';
import { makeSample } from '../dataset/sample.ts';
import { ForwardPass } from '../forward-pass.ts';
import type { Weights } from '../parameters.ts';
import type { TrainingPlan } from '../plan.ts';
import { asPicture } from '../sample-sheet.ts';
import { framesOf } from './live-frames.ts';
import { runFiles } from './run-folder.ts';

const samplesShown = 6;
/** Larger than training samples: people judge faces, not patches. The article's samples are whole photos. */
const shownSidePx = 160;
/** Frames over a training; of more, every second is dropped. */
const mostFrames = 60;

/**
 * What the network makes of held-back photos, over time: one strip of pictures side by side per validation
 * (`step-N.png`), and those of the originals, of the damage and of the present model, all in the same order.
 */
export class LiveSheet {
  readonly #folder: string;
  readonly #plan: TrainingPlan;
  readonly #samples: readonly Sample[];
  readonly #network: ForwardPass;

  private constructor(folder: string, plan: TrainingPlan, samples: readonly Sample[], network: ForwardPass) {
    this.#folder = folder;
    this.#plan = plan;
    this.#samples = samples;
    this.#network = network;
  }

  /** @param currentModel the `.onnx` file of the model in use, where it takes the same inputs */
  static async create(
    runFolder: string,
    plan: TrainingPlan,
    photos: readonly LibraryPhoto[],
    options: ort.InferenceSession.SessionOptions,
    currentModel: string | undefined,
  ): Promise<LiveSheet> {
    const folder = join(runFolder, runFiles.live);
    await mkdir(folder, { recursive: true });
    const side = plan.recipe === 'article' ? plan.sizePx : shownSidePx;
    const samples: Sample[] = [];
    // A small library shows several places of a photo.
    for (let i = 0; photos.length > 0 && i < 2 * samplesShown; i++) {
      if (samples.length === samplesShown) break;
      const { path } = photos[i % photos.length];
      const photo = await decodeRgb8(path, { maxSidePx: 768 }).catch(() => undefined);
      if (photo === undefined) continue;
      samples.push(makeSample(plan.recipe, photo, side, createRandom(i + 1), plan.mix));
    }
    const shape = { batch: 1, height: side, width: side };
    const network = await ForwardPass.create(plan.spec, shape, options);
    const sheet = new LiveSheet(folder, plan, samples, network);
    await sheet.#write(
      'original.png',
      samples.map(({ original }) => original),
    );
    await sheet.#write(
      'damaged.png',
      samples.map(({ damaged }) => damaged),
    );
    if (currentModel !== undefined) await sheet.#writeCurrent(currentModel);
    return sheet;
  }

  /** Runs the network with these weights and adds a frame. */
  async add(weights: Weights, step: number): Promise<void> {
    const feeds = this.#network.feedsOf(weights);
    const pictures: Planes[] = [];
    for (const sample of this.#samples) {
      const prediction = await this.#network.run(feeds, sample.input);
      pictures.push(asPicture(this.#plan.recipe, sample, prediction));
    }
    await this.#write(`step-${step}.png`, pictures);
    const steps = await framesOf(this.#folder);
    if (steps.length <= mostFrames) return;
    for (const old of steps.filter((_, i) => i % 2 === 1 && i < steps.length - 1)) {
      await rm(join(this.#folder, `step-${old}.png`), { force: true });
    }
  }

  async release(): Promise<void> {
    await this.#network.release();
  }

  async #writeCurrent(modelPath: string): Promise<void> {
    const model = await ort.InferenceSession.create(modelPath, { enableMemPattern: false });
    const pictures: Planes[] = [];
    for (const sample of this.#samples) {
      const [name] = model.inputNames;
      const { height, width } = sample.original;
      const dims = [1, this.#plan.spec.inputChannels, height, width];
      const results = await model.run({ [name]: new ort.Tensor('float32', sample.input, dims) });
      const output = results[model.outputNames[0]].data as Float32Array;
      pictures.push(asPicture(this.#plan.recipe, sample, output));
    }
    await model.release();
    await this.#write('current.png', pictures);
  }

  async #write(name: string, pictures: readonly Planes[]): Promise<void> {
    const side = pictures[0]?.width ?? 1;
    const strip = createPlanes(side * Math.max(1, pictures.length), side, 3);
    pictures.forEach((picture, i) => {
      pasteInto(strip, picture, i * side, 0);
    });
    await writeFileAtomic(join(this.#folder, name), await encodePng(strip));
  }
}
