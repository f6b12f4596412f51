// Answers a person's browser: chooses the page, reads the forms. What a page looks like is in
// pages.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../bank/http/messages.ts';
import type { Member, World } from '../books.ts';
import { reachNow } from '../due.ts';
import type { Wallet } from '../wallet.ts';
import { answerHandOver, readHandOver } from './consent.ts';
import { consentPage, phonePage, startPage, worldPage, wrongPage } from './pages.ts';

const BODY_BYTES_MAX = 8 * 1024;
const WORLDS_SHOWN_MAX = 10;

type Answer =
  | { readonly status: number; readonly page: string }
  | { readonly status: 303; readonly to: string };

const page = (text: string, status = 200): Answer => ({ status, page: text });

const nowhere = (): Answer =>
  page(wrongPage('ページが見つかりません', '番号や宛先をお確かめください。'), 404);

export async function answerPhone(
  wallet: Wallet,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  const form = new URLSearchParams(body?.toString('utf8') ?? '');
  const { method = 'GET' } = request;
  const answer =
    method === 'POST' ? answerForm(wallet, target, form) : answerGet(wallet, target, method);
  if ('to' in answer) response.writeHead(303, { location: answer.to });
  else {
    response.writeHead(answer.status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  }
  response.end('page' in answer && method !== 'HEAD' ? answer.page : undefined);
}

function answerGet(wallet: Wallet, target: string, method: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return nowhere();
  const url = URL.parse(target, 'http://phone');
  if (url?.pathname === '/') {
    return page(startPage([...wallet.books.worlds.values()].slice(-WORLDS_SHOWN_MAX).reverse()));
  }
  if (url?.pathname === '/app/link') return consent(wallet, url.search.slice(1), null);
  const found = phoneOf(wallet, url?.pathname ?? '');
  if (found === undefined) return nowhere();
  const { world, member, rest } = found;
  if (rest !== '') return nowhere();
  return page(member === undefined ? worldPage(world) : phonePage(world, member, null));
}

function answerForm(wallet: Wallet, target: string, form: URLSearchParams): Answer {
  if (target === '/app/link') return decide(wallet, form);
  const found = phoneOf(wallet, target);
  if (found?.member === undefined || found.member.status === 'closed') return nowhere();
  const { world, member, rest } = found;
  const home = `/phones/${world.worldId}/${member.memberNumber}`;
  const { memberNumber } = member;
  const w = world.worldId;
  if (rest === '/receiving') {
    const status = form.get('on') === '1' ? 'active' : 'restricted';
    wallet.commit({ t: 'member-changed', w, memberNumber, status });
    return { status: 303, to: home };
  }
  if (rest !== '/spend') return nowhere();
  const text = (form.get('amount_yen') ?? '').normalize('NFKC').replace(/[,円\s]/g, '');
  const amountYen = /^[0-9]{1,7}$/.test(text) ? Number(text) : 0;
  if (amountYen < 1 || amountYen > member.balanceYen) {
    const words = '金額は、1円から残高までの数字で入力してください。';
    return page(phonePage(world, member, words), 422);
  }
  wallet.commit({ t: 'spent', w, memberNumber, amountYen, at: wallet.now(world) });
  return { status: 303, to: home };
}

function phoneOf(
  wallet: Wallet,
  path: string,
): { world: World; member: Member | undefined; rest: string } | undefined {
  const [, worldId = '', number, rest = ''] =
    /^\/phones\/([A-Za-z0-9_-]{1,64})(?:\/([0-9]{12})(\/.*)?)?$/.exec(path) ?? [];
  const world = wallet.books.worlds.get(worldId);
  if (world === undefined) return undefined;
  reachNow(wallet, world);
  if (number === undefined) return { world, member: undefined, rest };
  const member = world.members.get(number);
  return member === undefined ? undefined : { world, member, rest };
}

function consent(wallet: Wallet, query: string, fault: string | null): Answer {
  const asked = readHandOver(wallet, query);
  if (typeof asked === 'string') return page(wrongPage('連携できません', asked), 400);
  return page(consentPage(asked.world, query, fault), fault === null ? 200 : 422);
}

function decide(wallet: Wallet, form: URLSearchParams): Answer {
  const query = form.get('query') ?? '';
  const asked = readHandOver(wallet, query);
  if (typeof asked === 'string') return page(wrongPage('連携できません', asked), 400);
  if (form.get('answer') !== 'yes') {
    return { status: 303, to: answerHandOver(wallet, asked, null) };
  }
  const number = form.get('member_number') ?? '';
  if (!asked.world.members.has(number)) {
    return consent(wallet, query, '受け取る電話を選んでください。');
  }
  return { status: 303, to: answerHandOver(wallet, asked, number) };
}
