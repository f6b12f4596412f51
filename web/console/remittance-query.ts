// Remittances asked of the server: a page of the table, one in full, and what is done with one.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RemittanceDetail, RemittancePage } from '../../server/api/console/remittances.ts';
import { call } from './call.ts';
import { queryOf, type RemittanceFilter } from './screens/remittance-filter.ts';

export type RemittanceRow = RemittancePage['data'][number];
export type { RemittanceDetail };

export const pageQuery = (shop: string, filter: RemittanceFilter) =>
  queryOptions({
    queryKey: ['remittances', shop, queryOf(filter)],
    queryFn: ({ signal }) =>
      call<RemittancePage>(`/shops/${shop}/remittances${queryOf(filter)}`, { signal }),
    placeholderData: keepPreviousData,
  });

export const detailQuery = (shop: string, id: string) =>
  queryOptions({
    queryKey: ['remittance', shop, id],
    queryFn: ({ signal }) => call<RemittanceDetail>(`/shops/${shop}/remittances/${id}`, { signal }),
  });

export type Act = 'cancel' | 'link/remind' | 'link/reissue' | 'link/unlock' | 'link/extend';

export const act = (shop: string, id: string, name: Act, body?: unknown) =>
  call<RemittanceDetail>(`/shops/${shop}/remittances/${id}/${name}`, {
    method: 'POST',
    ...(body !== undefined && { body }),
  });
