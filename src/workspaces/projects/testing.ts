import { data, type Json } from "../../testing/api";
import type { Person } from "../../testing/people";
import type { ProjectRole } from "./roles";

export const createProject = (owner: Person, more: Json = {}): Promise<Json> =>
  data(201, owner.api.post("/projects", { name: "Lighthouse", ...more }));

/** By a link that the owner makes and the person follows. */
export async function join(owner: Person, projectId: string, who: Person, role: ProjectRole) {
  const { token } = await data(201, owner.api.post(`/projects/${projectId}/invitations`, { role }));
  return data(200, who.api.post("/invitations/accept", { token }));
}

export const epochOf = async (db: D1Database, projectId: string, userId: string) => {
  const sql = "SELECT role, epoch FROM project_members WHERE project_id = ? AND user_id = ?";
  return db.prepare(sql).bind(projectId, userId).first<{ role: string | null; epoch: number }>();
};
