import { createContext } from 'svelte';
import type { App } from './app.svelte.ts';

/** The state of the window, for components. */
export const [useApp, provideApp] = createContext<App>();
