// A real Chromium for tests, from npm: it needs nothing of the machine, neither a browser nor
// Japanese letters, and runs as root and as anybody. One for a file of tests.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

export interface OpenedBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * What the package switches off for its own purposes and a person's browser has on. In a single
 * process, closing one window would close the browser.
 */
const NOT_A_PERSONS = [
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
];

const FONTS = join(
  import.meta.dirname,
  '../../node_modules/@expo-google-fonts/noto-sans-jp/400Regular',
);

export async function openBrowser(): Promise<OpenedBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'kawase-browser-'));
  const args = chromium.args.filter((each) => !NOT_A_PERSONS.includes(each));
  const browser = await playwright.launch({
    executablePath: await unpack(folder),
    args,
    env: { ...process.env, FONTCONFIG_FILE: await fontsOf(folder) },
  });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The package unpacks into the temporary folder and would take what others left there. */
async function unpack(folder: string): Promise<string> {
  const former = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    return await chromium.executablePath();
  } finally {
    if (former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = former;
  }
}

/** The letters of the npm package beside those of the machine, which may have none. */
async function fontsOf(folder: string): Promise<string> {
  if (!existsSync(FONTS)) throw new Error(`no Japanese letters in ${FONTS}`);
  const file = join(folder, 'fonts.conf');
  await writeFile(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>${FONTS}</dir><dir>${join(folder, 'fonts')}</dir>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`,
  );
  return file;
}
