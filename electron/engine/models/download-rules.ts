/** Where a download may go, at first and by redirection. */
export interface DownloadRules {
  readonly isAllowed: (url: string) => boolean;
  /** How long nothing may come before the connection counts as cut. */
  readonly silenceMs: number;
  /** Waits before the attempts that follow the first. */
  readonly pausesMs: readonly number[];
}

/** Hugging Face and GitHub, and where their files really lie. */
const hosts = ['huggingface.co', 'hf.co', 'github.com', 'githubusercontent.com'];

/** Whether an address belongs to the places that models come from. */
export function isPublicAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username } = new URL(text);
  if (protocol !== 'https:' || port !== '' || username !== '') return false;
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

export const publicRules: DownloadRules = {
  isAllowed: isPublicAddress,
  silenceMs: 30_000,
  pausesMs: [1000, 3000, 10_000, 30_000],
};
