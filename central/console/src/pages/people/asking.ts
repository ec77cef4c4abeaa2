import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given, type Schema } from "@/api/client";
import type { Role } from "@/api/me";

export type User = Schema<"UserAnswer">;
export type Token = Schema<"TokenAnswer">;
export type Line = Schema<"AuditLine">;
export const ROLES: readonly Role[] = [
  "viewer",
  "grid_worker",
  "department",
  "operator",
  "supervisor",
  "administrator",
];
const PAGE = 50;

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => given(api.GET("/api/tokens", { signal })),
});

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => given(api.GET("/api/users", { signal })),
});

export interface AuditFilters {
  who?: string;
  action?: string;
  about?: string;
}

export const auditQuery = ({ who, action, about }: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ["audit", who, action, about],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, who, action, about, cursor: pageParam ?? undefined };
      return given(api.GET("/api/audit", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
