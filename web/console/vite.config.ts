// How the console is built: scripts with hashed names beside one page, each screen a piece of its
// own that a browser fetches when first shown. Started by scripts/build-console.ts.
import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { theme } from './theme.ts';

const VARIABLES = '/theme-variables.css';

/** Colours that no part of the console uses stay out of the style sheet. */
const UNUSED =
  /--mantine-color-(?:pink|grape|violet|indigo|blue|cyan|teal|green|lime|yellow|orange)/;

/** The theme's variables as a style sheet: the content policy allows no style tag of a script's. */
function themeVariables(): Plugin {
  return {
    name: 'theme-variables',
    enforce: 'pre',
    transform(_empty, id) {
      if (!id.endsWith(VARIABLES)) return undefined;
      const all = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
      const used = (group: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(group).filter(([name]) => !UNUSED.test(name)));
      const kept = {
        variables: used(all.variables),
        light: used(all.light),
        dark: used(all.dark),
      };
      return convertCssVariables(kept, ':root');
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the server writes in the path under which an installation is reached.
  base: './',
  plugins: [react(), themeVariables()],
  logLevel: 'warn',
  clearScreen: false,
  build: {
    target: 'baseline-widely-available',
    // Data URLs would have to be allowed by the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: 'manifest.json',
  },
});
