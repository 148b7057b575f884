-- Steps over all readings that no later definition asks for: they would only take memory.
DROP TABLE stamped;
DROP TABLE contested;
DROP TABLE slot;
DROP TABLE near;
DROP TABLE withheld
