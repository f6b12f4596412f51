// The proxy in front of the server, as every installation has one: it has an address before the
// server starts, so that links and mails can name it. Like a phone in a tunnel it can lose an
// answer: the server has the request, and nobody hears what came of it.
import { type Line, startRelay } from '../relay.ts';

export interface Front {
  readonly url: string;
  /** Where it leads from now on. */
  leadTo(serverUrl: string): void;
  /** The line breaks once the server has begun to answer the next POST, and the tries after it. */
  loseAnswers(count: number): void;
  /** How many answers were lost. */
  readonly lost: number;
  close(): Promise<void>;
}

const POST = Buffer.from('POST ');
const GET = Buffer.from('GET ');

export async function startFront(): Promise<Front> {
  let target = new URL('http://127.0.0.1:1');
  let left = 0;
  let lost = 0;

  function carry({ client, server, end }: Line): void {
    let isPost = false;
    client.on('data', (bytes: Buffer) => {
      // A body may come in a piece of its own: only a request line changes what is asked.
      if (bytes.indexOf(POST) === 0) isPost = true;
      else if (bytes.indexOf(GET) === 0) isPost = false;
      server.write(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      if (isPost && left > 0) {
        left -= 1;
        lost += 1;
        end();
      } else client.write(bytes);
    });
  }

  const relay = await startRelay(() => target, carry);
  return {
    url: `http://127.0.0.1:${relay.port}`,
    leadTo(serverUrl) {
      target = new URL(serverUrl);
    },
    loseAnswers(count) {
      left = count;
    },
    get lost() {
      return lost;
    },
    close: relay.close,
  };
}
