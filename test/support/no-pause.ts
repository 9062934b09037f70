/** For work that can be paused: it never is. */
export const noPause = () => undefined;
