// Puts two of the pictures that the end-to-end tests made (out/screenshots) into the README.
import sharp from 'sharp';

const pictures = { 'light-en-compare': 'app', 'dark-zh-settings': 'app-dark' };
for (const [from, to] of Object.entries(pictures)) {
  const { size } = await sharp(`out/screenshots/${from}.png`)
    .jpeg({ quality: 88, chromaSubsampling: '4:4:4', mozjpeg: true })
    .toFile(`docs/pictures/${to}.jpg`);
  console.log(`docs/pictures/${to}.jpg: ${Math.round(size / 1024)} kB`);
}
