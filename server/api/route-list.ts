// Which methods a path takes: asked only when no route matched, to tell 405 from 404.
import type { RouteOptions } from 'fastify';

export interface RouteList {
  add(route: Pick<RouteOptions, 'method' | 'url'>): void;
  /** Methods of the routes that match the path of `url`, sorted; empty where there is none. */
  methodsAt(url: string): readonly string[];
}

export function createRouteList(): RouteList {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  return {
    add(route) {
      if (route.url.includes('*')) return;
      const pattern = route.url
        .split('/')
        .map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)))
        .join('/');
      routes.push({ path: new RegExp(`^${pattern}$`), methods: [route.method].flat() });
    },
    methodsAt(url) {
      const path = url.split('?', 1)[0] ?? '';
      const found = routes.filter((route) => route.path.test(path));
      return [...new Set(found.flatMap((route) => route.methods))].sort();
    },
  };
}
