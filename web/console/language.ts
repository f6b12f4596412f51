// The two languages of the console: which one is spoken, and how a screen brings its own words. A
// screen's words stand beside it and come with its piece of the build; a missing one does not
// compile.
import i18n from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

export type Locale = 'ja' | 'en';

const KEPT = 'kawase-language';

function firstLocale(): Locale {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'ja' || kept === 'en') return kept;
  return navigator.language.startsWith('en') ? 'en' : 'ja';
}

export function startLanguage(): void {
  const lng = firstLocale();
  void i18n.use(initReactI18next).init({
    lng,
    fallbackLng: false,
    resources: {},
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = lng;
}

export function locale(): Locale {
  return i18n.language === 'en' ? 'en' : 'ja';
}

export function speak(next: Locale): void {
  localStorage.setItem(KEPT, next);
  document.documentElement.lang = next;
  void i18n.changeLanguage(next);
}

type Values = Readonly<Record<string, string | number>>;

/** Words by name; with `{{value}}` in them, and `_one` / `_other` where a count decides. */
export type Say<Key extends string> = (key: Key | BaseOf<Key>, values?: Values) => string;
type BaseOf<Key extends string> = Key extends `${infer Base}_other` ? Base : never;

/** Takes a screen's words in; answers the hook by which it says them. */
export function defineWords<const Ja extends Readonly<Record<string, string>>>(
  name: string,
  ja: Ja,
  en: { readonly [Key in keyof Ja]: string },
): () => Say<keyof Ja & string> {
  const add = () => {
    i18n.addResourceBundle('ja', name, ja);
    i18n.addResourceBundle('en', name, en);
  };
  if (i18n.isInitialized) add();
  else i18n.on('initialized', add);
  return () => {
    const { t } = useTranslation(name);
    return (key, values) => t(key as string, values ?? {});
  };
}
