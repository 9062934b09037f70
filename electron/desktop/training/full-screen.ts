import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const timeoutMs = 5000;

/** States of SHQueryUserNotificationState: 2 busy (a program fills the screen), 3 Direct3D full screen, 4 presentation. */
const windowsScript = `Add-Type -Name S -Namespace P -MemberDefinition '[DllImport("shell32.dll")] public static extern int SHQueryUserNotificationState(out int state);'; $s = 0; [void][P.S]::SHQueryUserNotificationState([ref]$s); $s`;

/**
 * Whether a program of somebody else fills the screen: a film, a game, a presentation. Electron cannot tell, so the
 * system is asked: Windows by its notification state, X11 by the active window's state. Elsewhere the answer is no.
 */
export async function isOtherProgramFullScreen(platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (platform === 'win32') {
      const { stdout } = await run('powershell.exe', ['-NoProfile', '-Command', windowsScript], {
        timeout: timeoutMs,
        windowsHide: true,
      });
      return isBusyState(stdout);
    }
    if (platform === 'linux' && process.env.DISPLAY) {
      const { stdout: root } = await run('xprop', ['-root', '_NET_ACTIVE_WINDOW'], { timeout: timeoutMs });
      const window = activeWindow(root);
      if (window === undefined) return false;
      const names = ['_NET_WM_STATE', '_NET_WM_PID'];
      const { stdout } = await run('xprop', ['-id', window, ...names], { timeout: timeoutMs });
      return isFullScreenWindow(stdout, process.pid);
    }
  } catch {
    // The program that tells is not there.
  }
  return false;
}

export function isBusyState(output: string): boolean {
  return ['2', '3', '4'].includes(output.trim());
}

/** From `_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007`; 0x0 is none. */
export function activeWindow(output: string): string | undefined {
  const id = /window id # (0x[0-9a-f]+)/i.exec(output)?.[1];
  return id === undefined || Number(id) === 0 ? undefined : id;
}

/** Whether xprop's description is of a window that fills the screen and is not our own. */
export function isFullScreenWindow(output: string, ownPid: number): boolean {
  const pid = Number(/_NET_WM_PID\(CARDINAL\) = (\d+)/.exec(output)?.[1]);
  return output.includes('_NET_WM_STATE_FULLSCREEN') && pid !== ownPid;
}
