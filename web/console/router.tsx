// Which URL shows which screen. A screen is a piece of the build of its own, fetched when first
// shown. Below `/<shop>` somebody is signed in, and has the second factor that the role asks for.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { root } from './call.ts';
import { readFilter } from './screens/remittance-filter.ts';
import { Broken, NotHere, Opening } from './screens/wrong.tsx';
import { type Session, sessionQuery } from './session.ts';
import { Shell } from './shell.tsx';

interface Context {
  readonly client: QueryClient;
}

const rootRoute = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotHere,
});

async function signedIn(client: QueryClient, here: string): Promise<Session> {
  const session = await client.ensureQueryData(sessionQuery);
  if (session === null) throw redirect({ to: '/sign-in', search: { to: here } });
  const { required, methods } = session.secondFactor;
  if (required && methods.length === 0)
    throw redirect({ to: '/second-factor', search: { to: here } });
  return session;
}

/** Where a person wanted to go before signing in: only ever a screen of ours. */
const withTarget = (search: Record<string, unknown>): { to?: string } => {
  const { to } = search;
  return typeof to === 'string' && /^\/[^/\\]/.test(to) ? { to } : {};
};

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: withTarget,
  component: lazyRouteComponent(() => import('./screens/sign-in.tsx'), 'SignIn'),
});

const secondFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/second-factor',
  validateSearch: withTarget,
  beforeLoad: async ({ context }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: '/sign-in', search: {} });
  },
  component: lazyRouteComponent(() => import('./screens/second-factor.tsx'), 'SecondFactor'),
});

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { shops } = await signedIn(context.client, '/');
    const first = shops.find(({ mode }) => mode === 'live') ?? shops[0];
    if (first !== undefined) throw redirect({ to: '/$shop', params: { shop: first.id } });
  },
  component: lazyRouteComponent(() => import('./screens/no-shop.tsx'), 'NoShop'),
});

const shopRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/$shop',
  beforeLoad: async ({ context, location, params }) => {
    const { shops } = await signedIn(context.client, location.href);
    const isOurs = shops.some(({ id }) => id === params.shop);
    return { isOurs };
  },
  component: Shell,
});

const homeRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/home.tsx'), 'Home'),
});

const remittancesRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/remittances',
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import('./screens/remittances.tsx'), 'Remittances'),
});

const remittanceRoute = createRoute({
  getParentRoute: () => shopRoute,
  path: '/remittances/$id',
  component: lazyRouteComponent(() => import('./screens/remittance.tsx'), 'Remittance'),
});

const tree = rootRoute.addChildren([
  ...[startRoute, signInRoute, secondFactorRoute],
  shopRoute.addChildren([homeRoute, remittancesRoute, remittanceRoute]),
]);

export function createConsoleRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: `${root}/console`,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: Opening,
    defaultErrorComponent: Broken,
    scrollRestoration: true,
    // Plain names and values: such URLs are read, mailed and typed by people.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const set = Object.entries(search).filter(([, value]) => value !== undefined);
      const text = new URLSearchParams(set.map(([name, value]) => [name, String(value)]));
      return text.size === 0 ? '' : `?${text}`;
    },
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
