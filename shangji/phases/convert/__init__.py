"""Convert 转换: from need to signature."""
