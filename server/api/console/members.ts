// /console/api/members: the people of the merchant, seen by all of them; roles, removal and lost
// second factors are an owner's, and never one's own.

import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId, uuidOf } from '../../base/ids.ts';
import {
  changeRole,
  listMembers,
  type Managed,
  removeMember,
  requireAnotherPerson,
  resetSecondFactor,
} from '../../members/manage-members.ts';
import { factorsOf, type Member } from '../../members/member.ts';
import { memberUnknown } from '../../members/refusals.ts';
import { ROLES } from '../../members/role.ts';
import { IdParams, Nullable, OneOf, Strict, Timestamp } from '../v1/schemas.ts';
import type { ConsoleDeps } from './console-guard.ts';
import { actingAs, type ConsoleApi, memberOf } from './console-route.ts';
import { Factor } from './session-view.ts';

const PREFIX = 'mbr';

const MemberView = Strict({
  id: Type.String(),
  name: Type.String(),
  mail: Type.String(),
  role: OneOf(ROLES),
  isSelf: Type.Boolean(),
  secondFactor: Type.Array(Factor),
  createdAt: Timestamp,
  lastSignedInAt: Nullable(Timestamp),
});

function viewMember(member: Member, self: Member) {
  return {
    id: publicId(PREFIX, member.memberId),
    name: member.name,
    mail: member.mail,
    role: member.role,
    isSelf: member.memberId === self.memberId,
    secondFactor: [...factorsOf(member)],
    createdAt: tokyoTimestamp(member.createdAt),
    lastSignedInAt: member.lastSignedInAt && tokyoTimestamp(member.lastSignedInAt),
  };
}

function managed(request: FastifyRequest): Managed {
  const self = memberOf(request);
  const memberId = uuidOf(PREFIX, (request.params as { readonly id: string }).id);
  if (memberId === undefined) throw memberUnknown();
  requireAnotherPerson(self, memberId);
  return { merchantId: self.merchantId, memberId, by: actingAs(request) };
}

export function registerMembers(consoleApi: ConsoleApi, { members }: ConsoleDeps): void {
  consoleApi.get(
    '/console/api/members',
    {
      config: { action: 'members.read' },
      schema: { response: { 200: Strict({ data: Type.Array(MemberView) }) } },
    },
    async (request) => {
      const self = memberOf(request);
      const all = await listMembers(members, self.merchantId);
      return { data: all.map((each) => viewMember(each, self)) };
    },
  );
  consoleApi.patch(
    '/console/api/members/:id',
    {
      config: { action: 'members.write' },
      schema: { params: IdParams, body: Strict({ role: OneOf(ROLES) }) },
    },
    async (request, reply) => {
      await changeRole(members, managed(request), request.body.role);
      return reply.code(204).send();
    },
  );
  consoleApi.delete(
    '/console/api/members/:id',
    { config: { action: 'members.write' }, schema: { params: IdParams } },
    async (request, reply) => {
      await removeMember(members, managed(request));
      return reply.code(204).send();
    },
  );
  consoleApi.delete(
    '/console/api/members/:id/second-factor',
    { config: { action: 'members.write' }, schema: { params: IdParams } },
    async (request, reply) => {
      await resetSecondFactor(members, managed(request));
      return reply.code(204).send();
    },
  );
}
