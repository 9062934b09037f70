import { pasteInto } from './crop.ts';
import { createPlanes, type Planes } from './planes.ts';

/** Pixels between the pictures of a sheet, and their grey. */
const gapPx = 4;
const gapGrey = 0.11;

/** Rows of RGB pictures side by side on one picture; each cell has the size of the largest picture. */
export function contactSheet(rows: readonly (readonly Planes[])[]): Planes {
  const pictures = rows.flat();
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = Math.max(...pictures.map((picture) => picture.height));
  const columns = Math.max(...rows.map((row) => row.length));
  const sheet = createPlanes(columns * (width + gapPx) + gapPx, rows.length * (height + gapPx) + gapPx, 3);
  sheet.data.fill(gapGrey);
  rows.forEach((row, y) => {
    row.forEach((picture, x) => {
      pasteInto(sheet, picture, gapPx + x * (width + gapPx), gapPx + y * (height + gapPx));
    });
  });
  return sheet;
}
