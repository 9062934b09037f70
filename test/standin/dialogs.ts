import { isScripted, record, scriptedAnswer } from './control.ts';
import { askPerson } from './person-dialogs.ts';
import { guarded } from './unimplemented.ts';

/** Dialogs take a window first, or none. */
function asked(kind: 'showOpenDialog' | 'showSaveDialog' | 'showMessageBox') {
  return async (...args: readonly unknown[]): Promise<unknown> => {
    const options = args[args.length - 1];
    return isScripted ? scriptedAnswer(`dialog.${kind}`, options) : askPerson(kind, options as object);
  };
}

export const dialog = guarded('dialog', {
  showOpenDialog: asked('showOpenDialog'),
  showSaveDialog: asked('showSaveDialog'),
  showMessageBox: asked('showMessageBox'),
  showErrorBox: (title: string, content: string) => {
    record('dialog.showErrorBox', { title, content });
    console.error(`${title}: ${content}`);
  },
});
