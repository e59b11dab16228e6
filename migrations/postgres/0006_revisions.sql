-- How often modules and grants were changed, by any host: others see by it whether they heard of every change.
CREATE TABLE revisions (
  what TEXT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL
);
INSERT INTO revisions (what, revision) VALUES ('modules', 0);
