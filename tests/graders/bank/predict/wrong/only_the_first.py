# other-number-of-classes
def predict(model, image_file):
    p = F.softmax(model(process_input(image_file))[0], dim=0)
    k = int(p.argmax())
    return [(classes[k], k, float(p[k]))]
