-- name: service_people
SELECT 1 FROM account LIMIT 1;
