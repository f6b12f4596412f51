// The look of controls: colours, sizes, corners. Values are those of the house's stationery; what
// is drawn by hand takes them from paper.css.
import { Button, createTheme, type MantineColorsTuple } from '@mantine/core';

/** 藍: actions, links, sending money. */
const ai: MantineColorsTuple = [
  '#eef2f8',
  '#dce4ef',
  '#b9c8dd',
  '#8fb3e0',
  '#6d8cb8',
  '#4a6a97',
  '#2f4f7d',
  '#1f3a5f',
  '#182e4c',
  '#11213a',
];

/** 朱: errors and what cannot be undone. */
const shu: MantineColorsTuple = [
  '#fbefec',
  '#f5dbd5',
  '#eab9ae',
  '#f07a62',
  '#d9583f',
  '#c64a31',
  '#bd412a',
  '#b33a24',
  '#922e1c',
  '#6f2215',
];

const FONTS =
  '"Noto Sans JP", "Hiragino Sans", "BIZ UDPGothic", "Yu Gothic UI", Meiryo, sans-serif';

/** From paper.css, which knows light and dark. */
function buttonColours(variant: string | undefined, color: string | undefined) {
  const ground = color === 'shu' ? 'var(--shu)' : 'var(--ai)';
  if (variant === undefined || variant === 'filled') {
    const hover = `color-mix(in srgb, ${ground} 86%, var(--ink))`;
    return { '--button-bg': ground, '--button-color': 'var(--on-ai)', '--button-hover': hover };
  }
  if (variant !== 'outline') return {};
  return { '--button-color': ground, '--button-bd': `1px solid ${ground}` };
}

export const theme = createTheme({
  colors: { ai, shu },
  primaryColor: 'ai',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  black: '#1b1f24',
  fontFamily: FONTS,
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", Consolas, Menlo, monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.5', sm: '1.6', md: '1.7', lg: '1.7', xl: '1.6' },
  defaultRadius: 3,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, { variant, color }) => ({ root: buttonColours(variant, color) }),
    }),
    Menu: { defaultProps: { shadow: 'sm', position: 'bottom-end' } },
    Popover: { defaultProps: { shadow: 'sm' } },
  },
});
