// Answers of forms of several pages, while they are filled in: in this tab alone, through a reload, and no longer than the one who gave them is
// signed in. Files are not kept.
const BEGIN = "evo-draft:";
const OWNER = "evo-owner";
const all = () => Object.keys(sessionStorage).filter((key) => key.startsWith(BEGIN));
const tabs = new BroadcastChannel("evo-drafts");

export const anyDrafts = () => all().length > 0;
const forget = () => all().forEach((key) => sessionStorage.removeItem(key));

// Whose tab it is, as the host says; true when it was somebody else's (or nobody's) before, whose answers are then gone.
export const ownedBy = (owner) => {
  const changed = (sessionStorage.getItem(OWNER) ?? "") !== owner;
  if (changed) forget();
  sessionStorage.setItem(OWNER, owner);
  return changed;
};

// Nothing of whoever signs out stays, in the other tabs neither.
export const signedOut = () => {
  forget();
  sessionStorage.removeItem("evo-back");
  tabs.postMessage("out");
};
tabs.addEventListener("message", () => {
  forget();
  location.reload();
});

// Drafts of this person (or of whom they act for) on one screen.
export const draftsOf = (owner, where) => {
  const key = (form) => BEGIN + JSON.stringify([owner, where, form]);
  return {
    read: (form) => JSON.parse(sessionStorage.getItem(key(form)) ?? "null"),
    keep: (form, draft) => {
      try {
        sessionStorage.setItem(key(form), JSON.stringify(draft));
      } catch {
        // No room: it is filled in all the same, only a reload would lose it.
      }
    },
    drop: (form) => sessionStorage.removeItem(key(form)),
  };
};
