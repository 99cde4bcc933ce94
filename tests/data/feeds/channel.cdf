<?xml version="1.0"?>
<CHANNEL HREF="http://cdf.example/"><TITLE>Active news</TITLE><ABSTRACT>From long ago</ABSTRACT>
<ITEM HREF="http://cdf.example/1"><TITLE>First</TITLE><ABSTRACT>Words</ABSTRACT></ITEM></CHANNEL>
