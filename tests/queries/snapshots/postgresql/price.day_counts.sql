SELECT product.product_class, product.day_count 
FROM product 
WHERE product.day_count IS NOT NULL GROUP BY product.product_class, product.day_count ORDER BY product.product_class, product.day_count
