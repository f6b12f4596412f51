// Whether family and given name were typed the wrong way round: told by names that are common as
// the one and hardly ever the other. A remark to look again, never a refusal.

const FAMILY = new Set(
  (
    'サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ' +
    'ヤマグチ マツモト イノウエ キムラ サイトウ シミズ ヤマザキ ヤマサキ イケダ ハシモト アベ イシカワ ' +
    'ヤマシタ ナカジマ ナカシマ イシイ オガワ マエダ オカダ ハセガワ フジタ ゴトウ コンドウ ムラカミ ' +
    'エンドウ アオキ サカモト フクダ オオタ ニシムラ フジイ カネコ オカモト フジワラ ミウラ ナカノ ' +
    'マツダ ハラダ ナカガワ タムラ タケウチ オノ ナカヤマ ワダ イシダ モリタ ウエダ シバタ サカイ クドウ ' +
    'ヨコヤマ ミヤザキ ミヤモト ウチダ タカギ タニグチ アンドウ マルヤマ オオノ タカダ イマイ コウノ ' +
    'フジモト ムラタ タケダ ウエノ スギヤマ マスダ スガワラ ヒラノ オオツカ コジマ チバ クボ マツイ ' +
    'イワサキ サクライ キノシタ ノグチ マツオ キクチ ノムラ アライ ワタベ サノ オオニシ スギモト'
  ).split(' '),
);

const GIVEN = new Set(
  (
    'タロウ ジロウ イチロウ ハナコ ユウコ ケイコ ヨウコ キョウコ クミコ ヒロシ タカシ アキラ キヨシ ツトム ' +
    'マコト ヒロコ サチコ カズコ ノリコ トモコ ユミコ マユミ アケミ ナオミ メグミ ユカリ アユミ ミホ ' +
    'ケンイチ ケンジ シンイチ コウイチ コウジ ダイスケ ショウタ ユウタ ユウキ ユウスケ ケンタ リョウタ ' +
    'タツヤ タクヤ テツヤ カズヤ ナオキ ヒロキ トシオ ヨシオ カズオ マサオ ヒデオ アキオ ヒロユキ ' +
    'タカユキ マサユキ ヨシユキ ヒデキ マサキ トモヤ ショウ レン ハルト ソウタ ユイ アオイ ヒナタ サクラ ' +
    'ミサキ アヤカ アヤコ マイ エミ リエ ナツミ チエコ ミチコ トシコ ヨシコ フミコ ミツコ セツコ ノブコ'
  ).split(' '),
);

/** Both halves as full-width kana. */
export function isSwapped(sei: string, mei: string): boolean {
  return GIVEN.has(sei) && FAMILY.has(mei) && !FAMILY.has(sei) && !GIVEN.has(mei);
}
