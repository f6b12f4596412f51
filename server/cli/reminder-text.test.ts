// A ladder as an operator types it, and what is none.
import { expect, test } from 'vitest';
import { ladder, ladderText } from './reminder-text.ts';
import { UsageError } from './verb.ts';

const typed = (text: string) => ladder({ args: [], options: { reminders: text } }, 'reminders');

test('typed and shown in the same words', () => {
  const text = '3:mail,7:sms,end-2:both,end-0:sms';
  const rungs = typed(text);
  expect(rungs).toEqual([
    { after: 3, channel: 'mail' },
    { after: 7, channel: 'sms' },
    { before: 2, channel: 'both' },
    { before: 0, channel: 'sms' },
  ]);
  expect(ladderText(rungs!)).toBe(text);
});

test('none and the default are words; nothing typed changes nothing', () => {
  expect(typed('none')).toEqual([]);
  expect(typed('default')).toBeNull();
  expect(ladder({ args: [], options: {} }, 'reminders')).toBeUndefined();
});

test.each([
  ...['', '3', '3:fax', '0:mail', '-2:sms', '365:mail', 'end-x:sms', '3:mail,', '3:mail;7:sms'],
  Array(11).fill('3:mail').join(','),
])('%j is refused', (text) => {
  expect(() => typed(text)).toThrow(UsageError);
});
