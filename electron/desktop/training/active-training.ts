import type { TrainingReport } from '../../hosts/trainer/contract.ts';
import type { ActiveTraining } from '../../ipc/training.ts';

const mostNotices = 20;

/** The training under way as the trainer's process reports it. */
export type Active = { -readonly [Key in keyof ActiveTraining]: ActiveTraining[Key] } & {
  readonly folder: string;
};

/** A training that begins. */
export function newActive(folder: string, run: string): Active {
  return {
    folder,
    run,
    phase: 'starting',
    held: null,
    isSlowed: false,
    progress: 0,
    step: 0,
    loss: null,
    samplesPerSecond: null,
    waitingShare: null,
    secondsLeft: null,
    provider: null,
    savedStep: null,
    notices: [],
  };
}

/** What the page may know of it. */
export function shown({ folder: _, ...rest }: Active): ActiveTraining {
  return { ...rest, notices: [...rest.notices] };
}

/** Takes in what the process reports. */
export function take(active: Active, report: TrainingReport, isFinishing: boolean): void {
  switch (report.kind) {
    case 'scan':
      active.phase = 'scanning';
      active.progress = report.total > 0 ? report.done / report.total : 0;
      break;
    case 'provider':
      active.phase = 'starting';
      active.provider = report.provider;
      break;
    case 'judging':
      active.phase = 'judging';
      active.progress = report.total > 0 ? report.done / report.total : 0;
      active.secondsLeft = null;
      break;
    case 'step':
      active.phase = isFinishing ? 'stopping' : 'training';
      active.progress = report.progress;
      active.step = report.step;
      active.loss = report.loss;
      active.samplesPerSecond = report.samplesPerSecond;
      active.waitingShare = report.waitingShare;
      active.secondsLeft = report.secondsLeft;
      break;
    case 'validation':
      active.step = report.step;
      break;
    case 'checkpoint':
      active.savedStep = report.step;
      break;
    case 'notice':
      addNotice(active, report.notice);
  }
}

/** The newest last; what is saved again is no longer unsaved. */
export function addNotice(active: Active, notice: ActiveTraining['notices'][number]): void {
  const others = active.notices.filter(
    ({ code }) => notice.code !== 'saved-again' || (code !== 'not-saved' && code !== 'saved-again'),
  );
  active.notices = [...others, notice].slice(-mostNotices);
}
