// /console: a member of a merchant that has no shop yet; all others are led to a shop.
import { defineWords } from '../language.ts';
import { Gate } from '../parts/gate.tsx';

const useWords = defineWords(
  'no-shop',
  {
    title: 'ショップがまだありません',
    means: '運営者がショップを開設すると、ここから送金を管理できます。',
  },
  {
    title: 'There is no shop yet',
    means: 'Once the operator has opened a shop, its remittances are run from here.',
  },
);

export function NoShop() {
  const say = useWords();
  return (
    <Gate title={say('title')}>
      <p>{say('means')}</p>
    </Gate>
  );
}
