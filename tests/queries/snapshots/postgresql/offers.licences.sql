SELECT product.product_class, product.licence_entity, CAST(count(*) AS BIGINT) AS products 
FROM product 
WHERE product.licence_entity IS NOT NULL GROUP BY product.product_class, product.licence_entity ORDER BY product.product_class, product.licence_entity
