import Sound from '@lucide/svelte/icons/check';
import Blur from '@lucide/svelte/icons/circle-dashed';
import Unknown from '@lucide/svelte/icons/circle-question-mark';
import Stain from '@lucide/svelte/icons/droplet';
import Mosaic from '@lucide/svelte/icons/grid-3x3';
import Dust from '@lucide/svelte/icons/grip';
import Fill from '@lucide/svelte/icons/paint-bucket';
import Colour from '@lucide/svelte/icons/palette';
import Looking from '@lucide/svelte/icons/scan-search';
import Scratch from '@lucide/svelte/icons/slash';
import type { Component } from 'svelte';
import type { FoundKind, MaskedRegion } from '../../electron/ipc/document.ts';
import type { RegionAnalysis } from '../editor/analyses.svelte.ts';
import { chosenKind, type DamageKind } from '../words/damage.ts';

/** One picture for each kind of damage. */
export const damageIcons: Readonly<Record<DamageKind, Component>> = {
  mosaic: Mosaic,
  blur: Blur,
  stain: Stain,
  scratch: Scratch,
  fill: Fill,
  colour: Colour,
};

/** One picture for what a found place looks like. */
export const foundIcons: Readonly<Record<FoundKind, Component>> = {
  mosaic: Mosaic,
  blur: Blur,
  stain: Stain,
  scratch: Scratch,
  dust: Dust,
};

/** What stands before a region in the list. */
export function regionIcon({ damage, found }: MaskedRegion, analysis: RegionAnalysis | undefined): Component {
  if (found !== undefined) return foundIcons[found];
  const kind = chosenKind(damage);
  if (kind !== 'auto') return damageIcons[kind];
  switch (analysis?.state) {
    case 'done':
      return analysis.analysis.found === null ? Sound : damageIcons[analysis.analysis.found.damage.kind];
    case 'failed':
      return Unknown;
    default:
      return Looking;
  }
}
