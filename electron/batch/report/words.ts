import englishApp from '../../../resources/locales/en/app.json' with { type: 'json' };
import englishErrors from '../../../resources/locales/en/errors.json' with { type: 'json' };
import englishReport from '../../../resources/locales/en/report.json' with { type: 'json' };
import englishWhole from '../../../resources/locales/en/whole.json' with { type: 'json' };
import chineseApp from '../../../resources/locales/zh-CN/app.json' with { type: 'json' };
import chineseErrors from '../../../resources/locales/zh-CN/errors.json' with { type: 'json' };
import chineseReport from '../../../resources/locales/zh-CN/report.json' with { type: 'json' };
import chineseWhole from '../../../resources/locales/zh-CN/whole.json' with { type: 'json' };
import { fadingWord } from '../../ipc/whole-edits.ts';

/** The languages of reports. */
export const reportLanguages = ['en', 'zh-CN'] as const;
export type ReportLanguage = (typeof reportLanguages)[number];

/** The words of a report for people. Those for programs (CSV, JSON) keep their codes. */
export interface ReportWords {
  readonly language: ReportLanguage;
  readonly t: (key: keyof typeof englishReport) => string;
  readonly state: (state: string) => string;
  readonly damage: (kind: string | undefined) => string;
  /** A line for each step of a whole photo that changed it. */
  readonly whole: (steps: {
    readonly fading?: number;
    readonly noise?: number;
    readonly jpeg?: number;
  }) => string[];
  readonly warning: (code: string) => string;
  readonly error: (code: string, message: string) => string;
}

type Texts = Readonly<Record<string, string | undefined>>;

export function reportWords(language: ReportLanguage): ReportWords {
  const report: typeof englishReport = language === 'en' ? englishReport : chineseReport;
  const app: Texts = language === 'en' ? englishApp : chineseApp;
  const errors: Texts = language === 'en' ? englishErrors : chineseErrors;
  return {
    language,
    t: (key) => report[key],
    state: (state) => app[`folder.state.${state}`] ?? state,
    damage: (kind) => (kind === undefined ? report.sound : (app[`damage.${kind}`] ?? kind)),
    whole: (steps) => wholeLines(steps, language === 'en' ? englishWhole : chineseWhole),
    warning: (code) => warning(code, report, app),
    error: (code, message) => {
      const words = errors[code.replaceAll('/', '.')];
      // A sentence with gaps needs facts that the journal does not keep.
      return words === undefined || words.includes('{{') ? message : words;
    },
  };
}

function wholeLines(
  { fading, noise, jpeg }: Parameters<ReportWords['whole']>[0],
  words: typeof englishWhole,
): string[] {
  const lines: [string, string][] = [];
  if (fading !== undefined) lines.push([words['step.fading'], words[`step.fading-${fadingWord(fading)}`]]);
  if (noise !== undefined)
    lines.push([words['step.noise'], words['step.noise-done'].replace('{{level}}', String(noise))]);
  if (jpeg !== undefined)
    lines.push([words['step.jpeg'], words['step.jpeg-done'].replace('{{quality}}', String(jpeg))]);
  return lines.map(([name, did]) => `${name}: ${did}`);
}

function warning(code: string, report: Texts, app: Texts): string {
  const lost = /^lost-(.+)$/.exec(code);
  if (lost !== null) return `${report.lost} ${app[`lost.${lost[1]}`] ?? lost[1]}`;
  const notice = code === 'provider-failed' ? 'processor' : code;
  return report[`warning.${code}`] ?? app[`flag.${code}`] ?? app[`notice.${notice}`] ?? code;
}
