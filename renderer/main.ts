import './theme.css';
import './base.css';
import { mount } from 'svelte';
import { App } from './app/app.svelte.ts';
import StartFailed from './StartFailed.svelte';
import Window from './Window.svelte';

const target = document.getElementById('window');
if (target === null) throw new Error('The page has no #window.');
const api = window.photomend;
const start = await api['app.start']({});
if (start.ok) mount(Window, { target, props: { app: new App(api, start.value) } });
else mount(StartFailed, { target, props: { error: start.error } });
