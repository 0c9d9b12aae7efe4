import { problems } from "../../http/problem";

export const refuse = problems({
  document_not_found: [404, "There is no such document, or you are not a member of its project."],
  path_taken: [409, "There is another document or folder at this path."],
  too_many_documents: [409, "The project has as many documents as it may have."],
  document_changed: [412, "The document is no longer in the state that If-Match names."],
  base_unknown: [409, "The state that the text is based on is not known any more; read it again."],
  document_too_large: [413, "The document would grow beyond 8 MiB."],
  too_many_versions: [409, "The document has as many named versions as it may have."],
  version_not_found: [404, "There is no such version of the document."],
  version_corrupt: [503, "The stored bytes are not those that the history vouches for."],
  document_unavailable: [503, "The document cannot be loaded or saved now; try again."],
  document_full: [503, "As many people are in the document as it can take."],
  origin_not_allowed: [403, "Pages of this origin may not open sockets here."],
  upgrade_required: [422, "This address speaks WebSocket only: send Upgrade: websocket."],
});
