// What carries messages, put together from the configuration: a live shop's go to people, a test
// shop's to the sandbox's inbox, and a channel that is not set up is none.
import type { Configuration, MessageConfiguration } from './configuration.ts';
import { createMailSender } from './messages/mail-sender.ts';
import type { Senders } from './messages/send-message.ts';
import { createSmsSender } from './messages/sms-sender.ts';

export interface SendersByMode {
  readonly live: Senders;
  readonly test: Senders;
  close(): void;
}

export function createSenders(configuration: Configuration, publicUrl: string): SendersByMode {
  const live = sendersOf(configuration.messages.live, publicUrl);
  const test = sendersOf(configuration.messages.sandbox, publicUrl);
  return {
    live,
    test,
    close() {
      live.mail?.close();
      test.mail?.close();
    },
  };
}

function sendersOf({ mail, sms }: MessageConfiguration, publicUrl: string): Senders {
  return {
    mail: mail === null ? null : createMailSender(mail),
    sms: sms === null ? null : createSmsSender({ ...sms, publicUrl }),
  };
}
