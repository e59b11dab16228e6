-- What an installed module may use besides the host's usual limits: a JSON object of budgets by code.
ALTER TABLE installed ADD COLUMN budgets TEXT NOT NULL DEFAULT '{}';
