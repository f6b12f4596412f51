// For tests of the recipient's pages: a world with the pages and one funded shop with a desk.
import { startWorld, type World, type WorldShop } from '../../../tests/world.ts';
import {
  type MadeLink,
  type Pages,
  QUESTION,
  startPages,
  type Visitor,
  visitor,
} from './test-visitor.ts';

export interface PagesWorld {
  readonly world: World;
  readonly pages: Pages;
  readonly shop: WorldShop;
  /** Somebody who has not been here. */
  someone(): Visitor;
  /** Somebody who has answered the link's question. */
  inside(link: MadeLink): Promise<Visitor>;
  close(): Promise<void>;
}

export const SHOP_DESK = 'お客さま係 03-0000-0000';

export async function startPagesWorld(): Promise<PagesWorld> {
  const world = await startWorld();
  const pages = await startPages(world);
  const shop = await world.openShop('http');
  await world.core.db.run('update shop set contact = $2 where shop_id = $1', [
    shop.shop.shopId,
    SHOP_DESK,
  ]);
  world.core.shops.invalidate();
  await shop.fund(1_000_000);
  const someone = () => visitor(pages.url);
  return {
    ...{ world, pages, shop, someone },
    async inside(link) {
      const who = someone();
      await who.submit(await who.get(link.path), { answer0: QUESTION.value });
      return who;
    },
    async close() {
      await pages.close();
      await world.close();
    },
  };
}
