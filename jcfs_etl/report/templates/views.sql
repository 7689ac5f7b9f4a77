-- Made by jcfs views; it is made anew by every night.
{% if not base %}
-- Run in the curated folder, or after: set file_search_path = '/path/of/curated';
{% endif %}
{# What a column is, and its unit. #}
{% macro column_is(view, column, said, unit) %}
comment on column {{ name(view) }}.{{ name(column) }} is {{ text(said ~ (" [" ~ unit ~ "]" if unit else "")) }};
{% endmacro %}
{# A query on a view that calls its columns, and their coded values, in Chinese. #}
{% macro in_chinese(source) %}
select {% for column, label in labels(source) %}
{%- set coded = words(source, column) %}
{%- if coded %}case {{ name(column) }}{% for key, word in coded.items() %} when {{ text(key) }} then {{ text(word) }}{% endfor %} else {{ name(column) }} end{% else %}{{ name(column) }}{% endif %} as {{ name(label) }}{{ "" if loop.last else ", " }}
{%- endfor %} from {{ name(source) }};
{% endmacro %}
{% for dataset in datasets %}
{% set columns = columns_of(dataset) %}
create or replace view {{ name(dataset) }} as
{% if dataset in there %}
select {% for c in columns %}{{ name(c.name) }}{{ "" if loop.last else ", " }}{% endfor %} from read_parquet({{ text(base ~ files(dataset)) }}, hive_partitioning = true, hive_types = {'year': INTEGER});
{% else %}
select {% for c in columns %}cast(null as {{ type(c.type) }}) as {{ name(c.name) }}{{ "" if loop.last else ", " }}{% endfor %} where false;
{% endif %}
comment on view {{ name(dataset) }} is {{ text(label(dataset) ~ ": " ~ english(dataset)) }};
{% for c in columns %}
{{ column_is(dataset, c.name, c.label ~ ": " ~ c.english, c.unit) -}}
{% endfor %}
create or replace view {{ name(label(dataset)) }} as
{{ in_chinese(dataset) -}}
comment on view {{ name(label(dataset)) }} is {{ text(chinese(dataset)) }};
{% for c in columns %}
{{ column_is(label(dataset), c.label, c.description, c.unit) -}}
{% endfor %}
{% endfor %}
{# What the contracts say of codes and ids, for views to join. #}
{% for view, heads, rows, said in beside %}
create or replace view {{ name(view) }} as
select * from (values
{% for row in rows %}
  ({% for value in row %}{{ text(value) }}{{ "" if loop.last else ", " }}{% endfor %}){{ "" if loop.last else "," }}
{% endfor %}
) as t({% for head in heads %}{{ name(head) }}{{ "" if loop.last else ", " }}{% endfor %});
comment on view {{ name(view) }} is {{ text(said) }};
{% endfor %}
{% for view, told in contracts.views.items() %}
create or replace view {{ name(view) }} as
{{ told.sql|trim }};
comment on view {{ name(view) }} is {{ text(told.name ~ ": " ~ told.description) }};
{% for column, c in told.columns.items() %}
{{ column_is(view, column, c.label ~ ": " ~ c.description, c.unit) -}}
{% endfor %}
create or replace view {{ name(told.name) }} as
{{ in_chinese(view) -}}
comment on view {{ name(told.name) }} is {{ text(told.description_zh) }};
{% for c in told.columns.values() %}
{{ column_is(told.name, c.label, c.description_zh, c.unit) -}}
{% endfor %}
{% endfor %}
