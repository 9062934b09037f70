import type { Point } from '../../faces/similarity.ts';
import { pad } from '../../pixels/crop.ts';
import type { Planes, Rect } from '../../pixels/planes.ts';
import { resizeArea, resizeLanczos } from '../../pixels/resize.ts';
import type { PlainTensor } from '../../runtime/session.ts';
import type { RunnableModel } from '../network.ts';
import type { Signature } from '../signature.ts';
import { yunetOutputs, yunetStrides } from '../yunet-tensors.ts';
import { packImage, requireDims } from './tensors.ts';

export interface FoundFace {
  readonly box: Rect;
  /** Eyes, nose and corners of the mouth, as seen from left to right. */
  readonly points: readonly Point[];
  /** 0..1 */
  readonly score: number;
}

/** Finds faces in a window. */
export interface FaceFinder {
  find(window: Planes): Promise<FoundFace[]>;
}

/** Blurred faces get lower scores than those in good order, for which 0.9 is usual. */
const leastScore = 0.5;
/** Boxes that share more than this of their area show the same face (as OpenCV's FaceDetectorYN). */
const mostOverlap = 0.3;

/** The face detector YuNet (2023). */
export function yunetFinder(signature: Signature, model: Pick<RunnableModel, 'run'>): FaceFinder {
  const { image, size = { width: 640, height: 640 } } = signature;
  return {
    find: async (window) => {
      const scale = Math.min(size.width / window.width, size.height / window.height);
      const width = Math.max(1, Math.min(size.width, Math.round(window.width * scale)));
      const height = Math.max(1, Math.min(size.height, Math.round(window.height * scale)));
      const resize = scale < 1 ? resizeArea : resizeLanczos;
      const small =
        width === window.width && height === window.height ? window : resize(window, width, height);
      const sides = { left: 0, top: 0, right: size.width - width, bottom: size.height - height };
      const outputs = await model.run(
        { [image.name]: packImage(pad(small, sides, 'replicate'), image) },
        yunetOutputs,
      );
      const [toX, toY] = [window.width / width, window.height / height];
      return distinct(decodeFaces(outputs, size)).map(({ box, points, score }) => ({
        box: { x: box.x * toX, y: box.y * toY, width: box.width * toX, height: box.height * toY },
        points: points.map(({ x, y }) => ({ x: x * toX, y: y * toY })),
        score,
      }));
    },
  };
}

/**
 * Faces from YuNet's twelve outputs: at every place of a grid, a score of each of two kinds, a box relative to the
 * place in strides (its size as a logarithm) and five points likewise (OpenCV's face_detect.cpp).
 */
function decodeFaces(
  outputs: Readonly<Record<string, PlainTensor>>,
  size: { readonly width: number; readonly height: number },
): FoundFace[] {
  return yunetStrides.flatMap((stride) => {
    const columns = Math.floor(size.width / stride);
    const places = columns * Math.floor(size.height / stride);
    const numbers = (part: string, each: number) => {
      const tensor = outputs[`${part}_${stride}`];
      requireDims(tensor, tensor?.dims.length === 2 ? [places, each] : [1, places, each]);
      return tensor.data;
    };
    const [cls, obj, bbox, kps] = [
      numbers('cls', 1),
      numbers('obj', 1),
      numbers('bbox', 4),
      numbers('kps', 10),
    ];
    const faces: FoundFace[] = [];
    for (let i = 0; i < places; i++) {
      const score = Math.sqrt(limited(cls[i]) * limited(obj[i]));
      if (!(score >= leastScore)) continue;
      const [column, row] = [i % columns, Math.floor(i / columns)];
      const width = Math.exp(bbox[4 * i + 2]) * stride;
      const height = Math.exp(bbox[4 * i + 3]) * stride;
      const x = (column + bbox[4 * i]) * stride - width / 2;
      const y = (row + bbox[4 * i + 1]) * stride - height / 2;
      const points = Array.from({ length: 5 }, (_, n) => ({
        x: (column + kps[10 * i + 2 * n]) * stride,
        y: (row + kps[10 * i + 2 * n + 1]) * stride,
      }));
      faces.push({ box: { x, y, width, height }, points, score });
    }
    return faces;
  });
}

function limited(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** The best of those that overlap (non-maximum suppression). */
function distinct(faces: readonly FoundFace[]): FoundFace[] {
  const kept: FoundFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, face.box) <= mostOverlap)) kept.push(face);
  }
  return kept;
}

/** Area of what two boxes share over that of both together. */
function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
