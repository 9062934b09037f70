import type { ContainerContent } from './metadata.ts';

const trailer = 0x3b;
const extension = 0x21;
const image = 0x2c;

/** Behind a chain of sub-blocks (length, bytes, ..., 0); beyond the end where it breaks off. */
function skipSubBlocks(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && bytes[next] !== 0) next += bytes[next] + 1;
  return next + 1;
}

/** Bytes of a colour table, from the packed field that announces it (GIF89a, sections 18 and 20). */
function tableBytes(packed: number): number {
  return (packed & 0x80) === 0 ? 0 : 3 << ((packed & 7) + 1);
}

/** Whether a GIF goes on to its trailer. Its comments are not kept: it is saved as another format. Never throws. */
export function readGifContainer(bytes: Uint8Array): ContainerContent {
  let at = 13 + tableBytes(bytes[10]);
  while (at < bytes.length && bytes[at] !== trailer) {
    if (bytes[at] === extension) at = skipSubBlocks(bytes, at + 2);
    else if (bytes[at] === image) at = skipSubBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]));
    else break;
  }
  return { blocks: {}, parts: [], flags: [], complete: bytes[at] === trailer };
}
