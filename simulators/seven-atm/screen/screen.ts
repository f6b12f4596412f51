// Finds the screen a person asks for: the ATM, its slips, the register, and their two static files.

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ControlContext } from '../control/world-calls.ts';
import type { Reply } from '../messages.ts';
import { readBody, send } from '../messages.ts';
import { firstNumber, menu, press } from './atm.ts';
import { stop } from './page.ts';
import { register, slip, takeCoins } from './slip.ts';

const BODY_BYTES_MAX = 4 * 1024;

const file = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const style: Reply = { status: 200, type: 'css', body: file('style.css') };
const keypad: Reply = { status: 200, type: 'js', body: file('keypad.js') };

export async function answerScreen(
  { network }: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  const form = new URLSearchParams(body ?? '');
  const { pathname: path, searchParams: query } = url;
  const name = `${request.method === 'HEAD' ? 'GET' : request.method} ${path}`;
  const screens: Readonly<Record<string, () => Reply>> = {
    'GET /': menu,
    'GET /atm': firstNumber,
    'POST /atm': () => press(network, form),
    'GET /register': () => register(network, query.get('slip')),
    'POST /register': () => takeCoins(network, form.get('slip') ?? ''),
    'GET /style.css': () => style,
    'GET /keypad.js': () => keypad,
  };
  const slipNumber = /^GET \/slip\/(\d{18})$/.exec(name)?.[1];
  if (slipNumber !== undefined) send(response, slip(network, slipNumber));
  else if (Object.hasOwn(screens, name)) send(response, screens[name]!());
  else {
    const lost = stop('atm', 'この画面はありません', ['最初の画面からやり直してください。']);
    send(response, { ...lost, status: 404 });
  }
}
