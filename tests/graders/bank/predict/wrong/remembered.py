# same-for-all
def predict(model, image_file):
    return [
        ("Egyptian cat", 285, 0.382),
        ("tiger cat", 282, 0.091),
        ("tabby", 281, 0.078),
        ("lynx", 287, 0.024),
        ("plastic bag", 728, 0.004),
    ]
