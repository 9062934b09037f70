import { type CaseResult, type FullScore, methodNames } from './evaluate.ts';

/** Results as Markdown tables: PSNR in dB, SSIM, MS-SSIM (more is better) and GMSD (less is), means over all pictures. */
export function resultTable(results: readonly CaseResult[]): string {
  const used = methodNames.filter((method) => results.some(({ methods }) => method in methods));
  const table = (title: string, digits: number, pick: (score: FullScore) => number) => {
    const lines = results.map(({ name, methods }) => {
      const cells = used.map((method) => (method in methods ? pick(methods[method]).toFixed(digits) : ''));
      return `| ${[name, ...cells].join(' | ')} |`;
    });
    return [`| ${[title, ...used].join(' | ')} |`, `|${' --- |'.repeat(used.length + 1)}`, ...lines].join(
      '\n',
    );
  };
  const pictures = results[0]?.pictures ?? 0;
  const tables = [
    table('PSNR, dB', 2, ({ psnr }) => psnr),
    table('SSIM', 3, ({ ssim }) => ssim),
    table('MS-SSIM', 3, ({ msSsim }) => msSsim),
    table('GMSD', 3, ({ gmsd }) => gmsd),
  ];
  return `${pictures} pictures; inside the region\n\n${tables.join('\n\n')}\n`;
}
