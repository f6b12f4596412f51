// A whole installation as `npm start` brings it up, for stories in a browser: server, bank, ATM
// network, gift provider, wallet, and the recipients' inbox of mail and SMS, each spoken to over
// its own wire. The recipient's side is reached through a proxy, at the address in the messages.
import { type Inbox, startInbox } from '../../simulators/inbox/inbox.ts';
import { type InstantWorld, startInstantWorld } from '../instant-world.ts';
import { startWorld, type World, type WorldShop } from '../world.ts';
import { type OpenedBrowser, openBrowser } from './chromium.ts';
import { type Front, startFront } from './front.ts';
import { openPhone, type Phone } from './phone.ts';

export const SHOP_NAME = 'みほんチケット';
export const SHOP_DESK = 'お客さま係 03-0000-0000（平日10時〜17時）';

export interface RecipientWorld extends OpenedBrowser {
  readonly world: World;
  readonly front: Front;
  readonly inbox: Inbox;
  readonly instant: InstantWorld;
  /**
   * Named, funded, and under contract with every rail, or with the bank alone: its days pass
   * quicker.
   */
  openShop(rails?: 'all' | 'bank'): Promise<WorldShop>;
  /** `story` names its screenshots. In Japanese, with scripts, where nothing else is said. */
  phone(story: string, locale?: 'ja' | 'en', hasScripts?: boolean): Promise<Phone>;
}

const FUNDS_YEN = 1_000_000;

export async function startRecipientWorld(
  environment: Readonly<Record<string, string>> = {},
): Promise<RecipientWorld> {
  const [front, inbox, instant, opened] = await Promise.all([
    startFront(),
    startInbox(),
    startInstantWorld(),
    openBrowser(),
  ]);
  const world = await startWorld({
    ...instant.environment,
    KAWASE_PUBLIC_URL: front.url,
    KAWASE_SANDBOX_SMTP_URL: inbox.smtpUrl,
    KAWASE_SANDBOX_MAIL_FROM: 'soukin@mihon.example',
    KAWASE_SANDBOX_SMS_URL: inbox.url,
    KAWASE_SANDBOX_SMS_ACCOUNT: inbox.smsAccount.sid,
    KAWASE_SANDBOX_SMS_TOKEN: inbox.smsAccount.token,
    KAWASE_SANDBOX_SMS_FROM: '+815012345678',
    ...environment,
  });
  front.leadTo(world.url);
  return {
    ...{ world, front, inbox, instant, browser: opened.browser },
    async openShop(rails = 'all') {
      const shop = await world.openShop('http');
      const { core } = world;
      await core.db.run('update shop set name = $2, contact = $3 where shop_id = $1', [
        ...[shop.shop.shopId, SHOP_NAME, SHOP_DESK],
      ]);
      core.shops.invalidate();
      if (rails === 'all') await instant.contract(world, shop);
      await shop.fund(FUNDS_YEN);
      return shop;
    },
    phone: (story, locale = 'ja', hasScripts = true) =>
      openPhone({ browser: opened.browser, origin: front.url, story, locale, hasScripts }),
    async close() {
      await opened.close();
      await world.close();
      await Promise.all([front.close(), inbox.close(), instant.close()]);
    },
  };
}
