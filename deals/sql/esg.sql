-- An institution's present category of a project, as far as the asker sees its statements: the latest.
CREATE OR REPLACE FUNCTION deals.present_category(owner uuid, project uuid)
RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT e.id FROM deals_esgcategory e WHERE e.owner_id = owner AND e.project_id = project
    ORDER BY e.as_of DESC, e.created_at DESC, e.id LIMIT 1
$$;
