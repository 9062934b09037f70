import { type CaseResult, methodNames } from './evaluate.ts';

/** Results as two Markdown tables: PSNR in dB and SSIM, means over all pictures. */
export function resultTable(results: readonly CaseResult[]): string {
  const used = methodNames.filter((method) => results.some(({ methods }) => method in methods));
  const table = (title: string, digits: number, pick: (score: { psnr: number; ssim: number }) => number) => {
    const lines = results.map(({ name, methods }) => {
      const cells = used.map((method) => (method in methods ? pick(methods[method]).toFixed(digits) : ''));
      return `| ${[name, ...cells].join(' | ')} |`;
    });
    return [`| ${[title, ...used].join(' | ')} |`, `|${' --- |'.repeat(used.length + 1)}`, ...lines].join(
      '\n',
    );
  };
  const pictures = results[0]?.pictures ?? 0;
  return `${pictures} pictures; inside the region\n\n${table('PSNR, dB', 2, ({ psnr }) => psnr)}\n\n${table('SSIM', 3, ({ ssim }) => ssim)}\n`;
}
