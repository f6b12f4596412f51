// Where the console begins in a browser: look, language, data, screens.
import '@mantine/core/styles/baseline.css';
import './theme-variables.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/CloseButton.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/PasswordInput.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Checkbox.css';
import '@mantine/core/styles/Paper.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Menu.css';
import './paper.css';
import { MantineProvider } from '@mantine/core';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem, root } from './call.ts';
import { startLanguage } from './language.ts';
import { createConsoleRouter } from './router.tsx';
import { theme } from './theme.ts';

const TRIES = 2;

/** What the server refused is not asked again; what did not reach it is. */
function isWorthRetrying(count: number, error: unknown): boolean {
  if (error instanceof Problem && error.status >= 400 && error.status < 500) return false;
  return count < TRIES;
}

/** A session that has ended while a screen was open leads to the door, and back here. */
function onGone(error: unknown): void {
  if (!(error instanceof Problem) || error.status !== 401) return;
  const to = new URLSearchParams({ to: router.state.location.href });
  // Loaded anew: nothing of what was shown stays in memory.
  window.location.assign(`${root}/console/sign-in?${to}`);
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: onGone }),
  defaultOptions: {
    queries: { retry: isWorthRetrying, staleTime: 10_000, refetchOnWindowFocus: true },
    // A change that was not answered may have been made: people decide, after looking.
    mutations: { retry: false },
  },
});
const router = createConsoleRouter(client);

startLanguage();
createRoot(document.getElementById('console')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
