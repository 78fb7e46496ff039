# numpy-of-graph
def predict(model, image_file):
    z = model(process_input(image_file).requires_grad_())
    p = z.numpy()[0]
    return p
