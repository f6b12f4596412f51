// Who is signed in, for which merchant, with which shops, and what they may do. Which shop is meant
// stands in the URL and nowhere else: two tabs may show two shops.
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Static } from 'typebox';
import type { SessionView } from '../../server/api/console/session-view.ts';
import { call, keepToken, Problem } from './call.ts';

export type Session = Static<typeof SessionView>;
export type Shop = Session['shops'][number];
export type Action = Session['actions'][number];

const CODE = 'second_factor_needed';

/** True where the password was right and the second factor is still to be given. */
export function isHalfWay(error: unknown): error is Problem {
  if (!(error instanceof Problem) || error.code !== CODE) return false;
  if (error.csrf !== null) keepToken(error.csrf);
  return true;
}

/** Null: nobody is signed in, or only half way. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      const session = await call<Session>('/session');
      keepToken(session.csrf);
      return session;
    } catch (error) {
      if (isHalfWay(error) || (error instanceof Problem && error.status === 401)) return null;
      throw error;
    }
  },
});

/** A session that the server has just answered takes the place of the former. */
export function enterSession(client: QueryClient, session: Session): void {
  client.clear();
  keepToken(session.csrf);
  client.setQueryData(sessionQuery.queryKey, session);
}

/** Inside the pages of a shop, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data == null) throw new Error('no session here');
  return data;
}

/** The shop of the URL. */
export function useShop(): Shop {
  const { shop: id } = useParams({ strict: false });
  const shop = useSession().shops.find((each) => each.id === id);
  if (shop === undefined) throw new Error('no shop here');
  return shop;
}

export function useMay(): (action: Action) => boolean {
  const { actions } = useSession();
  return (action) => actions.includes(action);
}
