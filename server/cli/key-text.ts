// API keys as they are typed and shown; the text of one only when it is made.
import {
  type ApiKey,
  type GrantedScope,
  isAlive,
  isGrantedScope,
  SCOPES,
} from '../merchants/api-key.ts';
import { many } from './read-input.ts';
import { sheet } from './table.ts';
import { type Given, type Session, UsageError } from './verb.ts';
import { shown, stamp } from './words.ts';

export function scopesFrom(given: Given): GrantedScope[] {
  const typed = many(given, 'scope');
  if (typed.length === 0) return ['*'];
  return typed.map((scope) => {
    if (isGrantedScope(scope)) return scope;
    const all = SCOPES.join(', ');
    throw new UsageError(`--scopeは次のいずれかです：${all}`, `--scope is one of: ${all}`);
  });
}

export function issued(session: Session, key: { readonly keyId: string; readonly text: string }) {
  session.remark(
    session.say(
      'キーは今だけ表示されます。安全な場所に保管してください。',
      'The key is shown this once. Keep it in a safe place.',
    ),
  );
  const id = shown('key', key.keyId);
  return {
    json: { id, key: key.text },
    text: sheet([
      [session.say('キーID', 'Key ID'), id],
      [session.say('キー', 'Key'), key.text],
    ]),
  };
}

export const keyJson = (key: ApiKey, status: string) => ({
  id: shown('key', key.keyId),
  name: key.name,
  last_four: key.lastFour,
  scopes: key.scopes,
  status,
  created_at: stamp(key.createdAt),
  expires_at: stamp(key.expiresAt),
  revoked_at: stamp(key.revokedAt),
  last_used_at: stamp(key.lastUsedAt),
});

export function statusOf(key: ApiKey, nowMs: number): string {
  if (isAlive(key, nowMs)) return 'alive';
  return key.revokedAt === null ? 'expired' : 'revoked';
}
