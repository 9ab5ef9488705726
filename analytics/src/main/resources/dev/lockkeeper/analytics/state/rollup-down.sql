drop function ${whole_marker}(regclass);
drop function ${marker}();
