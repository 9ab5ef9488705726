drop function ${whole_marker}(regclass, text, timestamptz, timestamptz);
drop function ${marker}();
